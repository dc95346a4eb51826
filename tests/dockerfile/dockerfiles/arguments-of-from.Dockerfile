ARG REGISTRY=docker.io/library
ARG ALPINE_VERSION=3.18
FROM --platform=${TARGETPLATFORM:-linux/amd64} ${REGISTRY}/alpine:${ALPINE_VERSION} as runtime
arg ALPINE_VERSION
run apk add --no-cache "alpine-conf" && echo "on ${ALPINE_VERSION}"
