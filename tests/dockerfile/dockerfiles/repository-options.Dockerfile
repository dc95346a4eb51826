FROM alpine:3.18
RUN apk add --no-cache --repository=https://dl-cdn.alpinelinux.org/alpine/edge/testing/ hurl
RUN apk add --no-cache -X http://dl-cdn.alpinelinux.org/alpine/edge/community --allow-untrusted watchexec curl
RUN apk --no-cache -Xhttps://dl-4.alpinelinux.org/alpine/v3.18/community add -t .tools shellcheck
