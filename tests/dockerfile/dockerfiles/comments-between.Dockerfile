FROM alpine:3.18
RUN apk add --no-cache \
    # for health checks
    curl \

    # for scripts
    bash \
  # jq \
    tzdata \
    && apk add --no-cache ca-certificates   # certificates come last
# RUN apk add --no-cache vim
