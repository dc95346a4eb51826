FROM alpine:3.20 AS rootfs-stage
ARG ROOTFS=https://example.org/alpine
ARG REL=v3.20
ARG ARCH=x86_64
RUN apk add --no-cache \
        bash \
        curl \
        xz
RUN mkdir /root-out && \
    curl -o /rootfs.tar.gz -L ${ROOTFS}/${REL}/releases/${ARCH}/alpine-minirootfs.tar.gz && \
    tar xf /rootfs.tar.gz -C /root-out && \
    sed -i -e 's/^root::/root:!:/' /root-out/etc/shadow

FROM scratch
COPY --from=rootfs-stage /root-out/ /
ENV PS1="$(whoami)@$(hostname):$(pwd)\\$ " HOME="/root"
RUN \
  echo "**** install runtime packages ****" && \
  apk add --no-cache \
    alpine-release \
    bash \
    coreutils \
    jq \
    shadow && \
  echo "**** create abc user ****" && \
  useradd -u 911 -U -d /config -s /bin/false abc && \
  rm -rf /tmp/*
