FROM alpine:3.18
RUN apk --no-cache add bash
RUN apk --update add curl && rm -rf /var/cache/apk/*
RUN apk add -U --no-progress jq --quiet
RUN apk -q --cache-dir /tmp/cache add --repository http://dl-cdn.alpinelinux.org/alpine/v3.18/community -- tini
RUN apk add -vvUt .tools vim less && apk del --purge .tools
RUN /sbin/apk add --no-cache --wait 10 git
