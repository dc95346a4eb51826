FROM alpine:3.18
RUN apk add --no-cache "bash=5.2.15-r5" 'curl>8' git~2.40 jq~=1 'vim<10' "nginx>=1.20" py3-pip==23.1.2-r0
