FROM alpine:3.18
RUN apk add --no-cache curl gcc musl-dev
RUN curl -fsSL https://example.org/tool.c | gcc -x c -o /usr/bin/tool -
RUN apk del --purge gcc musl-dev && apk --no-cache del curl
