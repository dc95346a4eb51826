FROM alpine:3.18 AS root
ARG ALPINE_ROOT=https://example.org/rootfs.tar.gz
RUN mkdir /rootfs \
 && wget -qO- "$ALPINE_ROOT" | tar -xz -C /rootfs \
 && cp /etc/resolv.conf /rootfs/etc/ \
 && chroot /rootfs apk add --no-cache nginx
FROM scratch
COPY --from=root /rootfs /
