FROM cgr.dev/chainguard/wolfi-base:latest
RUN apk add --no-cache nodejs-20 npm && apk upgrade --no-cache
USER nonroot
