FROM alpine:3.18
ARG TARGETARCH
RUN apkArch="$(apk --print-arch)"; \
    case "$apkArch" in \
      x86_64) extra='libunwind' ;; \
      aarch64) extra='libexecinfo' ;; \
      *) echo "unsupported $apkArch" >&2; exit 1 ;; \
    esac; \
    apk add --no-cache "$extra"
RUN if [ "$TARGETARCH" = "amd64" ]; then apk add --no-cache upx; fi
RUN [ "$(uname -m)" != aarch64 ] || apk add --no-cache gcompat
