ARG ALPINE=3.18
ARG UNUSED
FROM alpine:${ALPINE} AS base
ARG ALPINE
ARG PACKAGES="bash curl"
ARG MORE
RUN apk add --no-cache $PACKAGES ${MORE:-less} ${ALPINE:+jq}
