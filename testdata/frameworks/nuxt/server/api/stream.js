export default defineEventHandler(() => new ReadableStream({
  async start(controller) {
    const send = (text) => controller.enqueue(new TextEncoder().encode(text));
    send("FIRST\n");
    await new Promise((done) => setTimeout(done, 1500));
    send("LATER\n");
    controller.close();
  },
}));
