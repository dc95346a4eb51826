# syntax=docker/dockerfile:1
FROM alpine:3.18
RUN --mount=type=cache,target=/var/cache/apk,sharing=locked \
    --mount=type=bind,from=golang:1.21,source=/x,target=/x \
    apk add bash
RUN --mount=type=tmpfs,target=/var/cache apk add curl
