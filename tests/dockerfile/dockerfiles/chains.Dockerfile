FROM alpine:3.18
RUN apk add --no-cache bash || exit 1; apk add --no-cache curl && true; false || apk add --no-cache git
RUN apk add --no-cache jq || apk add --no-cache yq
RUN ! true && apk add --no-cache vim
RUN command -v less || apk add --no-cache less
