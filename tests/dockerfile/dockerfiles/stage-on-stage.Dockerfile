FROM alpine:3.18 AS base
RUN apk add --no-cache bash

FROM base AS development
RUN apk add --no-cache git vim

FROM base AS production
RUN apk add --no-cache tini
