ARG TARGETARCH
ARG TARGETVARIANT
FROM alpine:3.18 AS base
RUN apk add --no-cache tini
FROM base AS base-amd64
RUN apk add --no-cache libquadmath
FROM base AS base-arm64
RUN apk add --no-cache numactl
FROM base AS base-armv7
RUN apk add --no-cache libatomic
FROM base-${TARGETARCH}${TARGETVARIANT}
RUN apk add --no-cache curl
