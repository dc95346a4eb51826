FROM alpine:3.18
COPY docker/apk/repositories /etc/apk/
ADD keys/*.rsa.pub /etc/apk/keys/
RUN apk add --no-cache nginx
