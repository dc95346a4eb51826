# Build stage
FROM docker.io/library/golang:1.21-alpine3.18 AS build-env

ARG GOPROXY
ENV GOPROXY ${GOPROXY:-direct}

ARG FORGE_VERSION
ARG TAGS="sqlite sqlite_unlock_notify"
ENV TAGS "bindata timetzdata $TAGS"

# Build deps
RUN apk --no-cache add \
    build-base \
    git \
    nodejs \
    npm \
    && rm -rf /var/cache/apk/*

COPY . ${GOPATH}/src/forge
RUN if [ -n "${FORGE_VERSION}" ]; then git checkout "${FORGE_VERSION}"; fi && make clean-all build

FROM docker.io/library/alpine:3.18
LABEL maintainer="maintainers@example.org"
EXPOSE 22 3000

RUN apk --no-cache add \
    bash \
    ca-certificates \
    curl \
    gettext \
    git \
    linux-pam \
    openssh \
    s6 \
    sqlite \
    su-exec \
    gnupg \
    && rm -rf /var/cache/apk/*

RUN addgroup -S -g 1000 git && adduser -S -H -D -h /data/git -s /bin/bash -u 1000 -G git git
COPY --from=build-env /go/src/forge /app/forge
ENTRYPOINT ["/usr/bin/entrypoint"]
