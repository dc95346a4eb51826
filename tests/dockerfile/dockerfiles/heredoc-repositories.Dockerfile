FROM alpine:3.18
COPY <<EOF /etc/apk/repositories
https://dl-cdn.alpinelinux.org/alpine/v3.18/main
https://dl-cdn.alpinelinux.org/alpine/v3.18/community
EOF
RUN apk add --no-cache htop
