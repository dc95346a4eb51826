FROM alpine:3.18
ARG DEBUG=false
RUN apk add --no-cache curl; \
    if [ "$DEBUG" = "true" ]; then apk add --no-cache gdb strace; fi
