# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM tonistiigi/xx:1.4.0 AS xx

FROM --platform=$BUILDPLATFORM golang:1.21-alpine3.18 AS build
COPY --from=xx / /
RUN apk add --no-cache clang lld
ARG TARGETPLATFORM
RUN xx-apk add --no-cache gcc musl-dev
WORKDIR /src
RUN --mount=target=. --mount=type=cache,target=/go/pkg/mod \
    xx-go build -o /out/app . && xx-verify /out/app

FROM alpine:3.18
RUN apk add --no-cache ca-certificates
COPY --link --from=build /out/app /usr/bin/app
