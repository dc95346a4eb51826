FROM alpine:3.18
ARG EXTRA=git,less
ARG TOOLS=curl:jq
RUN apk add --no-cache $(echo ${EXTRA} | tr ',' ' ')
RUN IFS=:; for tool in $TOOLS; do apk add --no-cache "$tool"; done
RUN set -- make patch && apk add --no-cache "$@"
