FROM alpine:3.18 AS mirror
RUN mkdir -p /out/etc/apk \
 && cp /etc/apk/repositories /out/etc/apk/ \
 && cp -r /etc/apk/keys /out/etc/apk/
RUN apk add --no-cache --initdb -p /out \
      busybox \
      ca-certificates-bundle \
      tini
# nothing of apk's own is needed in the image
RUN rm -rf /out/etc/apk /out/lib/apk /out/var/cache
FROM scratch
ENTRYPOINT []
WORKDIR /
COPY --from=mirror /out/ /
