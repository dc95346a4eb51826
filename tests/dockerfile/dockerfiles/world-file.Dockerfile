FROM alpine:3.18
COPY world /etc/apk/world
RUN apk add --no-cache && apk cache clean
