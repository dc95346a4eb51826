FROM alpine:3.18
COPY packages.txt /
RUN apk add --no-cache $(cat /packages.txt) bash
RUN xargs -a /packages.txt apk add --no-cache
RUN cat /packages.txt | xargs apk add --no-cache --virtual .list curl
RUN while read -r package; do apk add --no-cache "$package"; done < /packages.txt
RUN retry 3 apk add --no-cache git
RUN apk add --no-cache ./local.apk jq
