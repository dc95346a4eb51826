FROM alpine:3.18
RUN printf '%s\n' 'https://dl-cdn.alpinelinux.org/alpine/v3.18/main' > /etc/apk/repositories \
 && echo 'http://dl-cdn.alpinelinux.org/alpine/v3.18/community' | tee -a /etc/apk/repositories \
 && sed -i 's/dl-cdn.alpinelinux.org/mirror.example.org/g' /etc/apk/repositories \
 && apk add --no-cache htop
RUN apk add --no-cache -X https://example.org/alpine/v3.18/main bash
RUN sed -i 's/v3.18/edge/' /etc/apk/repositories
