ARG MODE=dev
FROM alpine:3.18 AS on-dev
ONBUILD ARG DEBUGGER=gdb
ONBUILD RUN apk add --no-cache $DEBUGGER strace
FROM alpine:3.18 AS on-prod
ONBUILD RUN apk add --no-cache tini
FROM on-${MODE} AS image
RUN apk add --no-cache curl
FROM image
RUN apk add --no-cache jq
