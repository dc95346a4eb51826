FROM alpine:3.18
RUN [ "$(uname -m)" = "aarch64" ] && apk add --no-cache raspberrypi-utils || echo "no Raspberry Pi"; \
    [ "$(apk --print-arch)" = "x86_64" ] && apk add --no-cache intel-ucode
RUN case $(arch) in armv*|arm64) apk add --no-cache libatomic;; x86*) apk add --no-cache libcap;; esac
RUN if [ "$(getconf LONG_BIT)" = 32 ]; then apk add --no-cache nasm; fi
