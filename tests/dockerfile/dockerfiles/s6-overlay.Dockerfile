# syntax=docker/dockerfile:1
ARG S6_OVERLAY_VERSION=3.1.6.2

FROM alpine:3.18 AS s6
ARG S6_OVERLAY_VERSION
ARG TARGETARCH
RUN apk add --no-cache xz
ADD https://example.org/s6-overlay/v${S6_OVERLAY_VERSION}/s6-overlay-noarch.tar.xz /tmp
RUN mkdir -p /s6 && tar -C /s6 -Jxpf /tmp/s6-overlay-noarch.tar.xz
RUN case "$TARGETARCH" in \
      amd64) S6_ARCH=x86_64 ;; \
      arm64) S6_ARCH=aarch64 ;; \
      *) echo "no s6-overlay for $TARGETARCH" >&2; exit 1 ;; \
    esac \
 && wget -qO- "https://example.org/s6-overlay/v${S6_OVERLAY_VERSION}/s6-overlay-${S6_ARCH}.tar.xz" | tar -C /s6 -Jxp

FROM alpine:3.18
COPY --from=s6 /s6 /
RUN apk add --no-cache bash ca-certificates coreutils shadow tzdata
COPY root/ /
ENTRYPOINT ["/init"]
