ARG ALPINE=3.16
FROM alpine:$ALPINE
ARG DEBUG=false
ARG EXTRA
RUN apk add --no-cache curl $EXTRA; \
    if [ "$DEBUG" = "true" ]; then apk add --no-cache gdb strace; fi
