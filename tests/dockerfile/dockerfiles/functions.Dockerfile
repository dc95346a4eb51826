FROM alpine:3.18
RUN install() { apk add --no-cache "$@"; }; \
    remove() { apk del "$1"; }; \
    install bash curl; install git; remove curl
