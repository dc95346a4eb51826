FROM alpine:3.18
COPY --from=docker:24-cli /usr/local/bin/docker /usr/local/bin/
COPY --from=docker/buildx-bin:0.12 /buildx /usr/libexec/docker/cli-plugins/docker-buildx
COPY --from=node:20-alpine3.18 /usr/local /usr/local
RUN --mount=type=bind,from=busybox:1.36,source=/bin,target=/mnt/bin cp /mnt/bin/busybox /opt/ \
 && apk add --no-cache libstdc++ openssh-client
