FROM alpine:3.18 AS first
RUN apk add --no-cache bash
FROM first AS second
RUN apk add --no-cache curl
FROM second AS third
RUN apk add --no-cache git
