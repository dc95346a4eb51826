FROM alpine:3.18
RUN for package in bash curl jq; do apk add --no-cache "$package"; done
RUN set -- git less; for one; do apk add --no-cache "$one"; done
RUN for i in 1 2 3; do apk add --no-cache vim && break || sleep 1; done
RUN until apk add --no-cache htop; do sleep 1; done
RUN for file in /packages/*; do apk add --no-cache zsh; done
