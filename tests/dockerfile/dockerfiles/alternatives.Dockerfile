FROM alpine:3.18
RUN apk add --no-cache curl || true; \
    apk add --no-cache jq; \
    test -f /usr/bin/git || apk add --no-cache git; \
    apk info -e less || apk add --no-cache less
