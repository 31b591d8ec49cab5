-- For wrk: counts answers by the version that gave them, and those that are no version's whole body. Says each version's first one.
local thread
hello, chunks, others = 0, 0, 0

function setup(one)
  thread = one
end

function first(count, version)
  if count == 1 then
    io.write("first of " .. version .. "\n")
    io.flush()
  end
end

function response(status, _, body)
  if status == 200 and body == "Hello from WebAssembly\n" then
    hello = hello + 1
    first(hello, "Hello")
  elseif status == 200 and body:sub(1, 7) == "chunk 0" and body:sub(-8) == "chunk 4\n" then
    chunks = chunks + 1
    first(chunks, "chunks")
  else
    others = others + 1
  end
end

function done()
  io.write(string.format("%d of Hello, %d of chunks, %d others\n", thread:get("hello"), thread:get("chunks"), thread:get("others")))
end
