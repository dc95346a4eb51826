FROM alpine:3.18
ENV TOOLS="bash  jq" NGINX_VERSION=1.24.0
ENV BOTH $TOOLS curl
RUN apk add --no-cache $BOTH "nginx~${NGINX_VERSION%.*}"
