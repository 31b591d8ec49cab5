export const inboundRedis = {
  handleMessage(message) {
    const text = new TextDecoder().decode(message);
    if (text === '') {
      throw 'error';
    }
    console.log(`message: ${text}`);
  },
};
