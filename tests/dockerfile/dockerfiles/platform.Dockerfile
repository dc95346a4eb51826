FROM --platform=$BUILDPLATFORM alpine:3.18 AS builder
ARG TARGETPLATFORM TARGETARCH BUILDARCH
RUN apk add --no-cache "crossbuild-${TARGETARCH}-from-${BUILDARCH}"
FROM --platform=linux/arm/v7 alpine:3.18 AS other
RUN apk add --no-cache bash
FROM alpine:3.18
RUN apk add --no-cache curl
