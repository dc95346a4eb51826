ARG RELEASE=3.18
FROM alpine:${RELEASE}
ARG RELEASE
COPY <<EOF /etc/apk/repositories
https://dl-cdn.alpinelinux.org/alpine/v${RELEASE}/main
https://dl-cdn.alpinelinux.org/alpine/v${RELEASE}/community
@edge https://dl-cdn.alpinelinux.org/alpine/edge/community
EOF
RUN apk add --no-cache caddy@edge curl
COPY <<"EOF" /etc/motd
apk add --no-cache vim
EOF
