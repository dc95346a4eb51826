FROM alpine:edge
RUN apk add --no-cache -X https://dl-cdn.alpinelinux.org/alpine/edge/testing helix \
 && apk upgrade --no-cache
