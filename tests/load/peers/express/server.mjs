import express from 'express';
const app = express();
app.get('/', (request, response) => response.type('text/plain').send('Hello from Express\n'));
app.listen(Number(process.env.PORT), '127.0.0.1');
