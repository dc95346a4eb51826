FROM alpine:3.18 AS rootfs
RUN apk add --no-cache --root /rootfs --initdb --keys-dir /etc/apk/keys --repositories-file /etc/apk/repositories \
      musl busybox ca-certificates-bundle
FROM scratch
COPY --from=rootfs /rootfs /
