FROM alpine:3.18
RUN echo "@old https://dl-cdn.alpinelinux.org/alpine/v3.16/main" >> /etc/apk/repositories \
 && apk add --no-cache bash curl@old
