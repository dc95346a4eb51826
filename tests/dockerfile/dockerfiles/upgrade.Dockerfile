FROM alpine:3.18
RUN apk upgrade --no-cache && apk add --no-cache --upgrade bash
RUN apk --no-cache upgrade -a && apk fix && apk info -v && apk version
