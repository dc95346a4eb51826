FROM alpine:3.18
RUN apk upgrade --no-cache --available && apk add --no-cache --upgrade openssl
RUN apk fix --no-cache && apk audit; apk version
