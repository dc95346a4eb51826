FROM alpine:3.18
RUN apk -U --no-cache add -t .run curl
RUN apk add --update --no-cache git
RUN apk --update --no-cache --progress -q add jq
RUN apk -Uvq add --no-cache -l bash && rm -rf /var/cache/apk/*
RUN apk --no-progress --purge --no-cache --update-cache add -u less
RUN ["apk", "add", "--no-cache", "file"]
RUN apk add -tq make --no-cache && apk del q
