FROM alpine:3.18
RUN apk add --no-cache --virtual .deps gcc make
RUN apk add --no-cache --virtual .deps curl
RUN apk add --no-cache jq && apk del .deps
