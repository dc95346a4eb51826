FROM alpine:3.18
RUN apk add --no-cache nodejs npm
ONBUILD COPY package.json /app/
ONBUILD RUN apk add --no-cache --virtual .gyp make g++ python3 && npm install && apk del .gyp
CMD ["npm", "start"]
