FROM alpine:3.18
RUN apk add --no-cache -t .build-deps gcc musl-dev
RUN apk add --no-cache --virtual=.run-deps libpq
