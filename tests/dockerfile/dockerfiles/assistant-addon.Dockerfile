ARG BUILD_FROM=ghcr.io/home-assistant/amd64-base:3.18
FROM ${BUILD_FROM}
ENV LANG C.UTF-8
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ARG BUILD_ARCH=amd64
RUN \
    apk add --no-cache --virtual .build-dependencies build-base linux-headers \
    && apk add --no-cache mosquitto-clients socat \
    && if [[ "${BUILD_ARCH}" == "aarch64" || "${BUILD_ARCH}" = "armv7" ]]; then apk add --no-cache libgpiod; fi \
    && apk del --no-cache --purge .build-dependencies \
    && rm -f -r /tmp/*
COPY rootfs /
