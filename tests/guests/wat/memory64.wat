;; A WAGI handler with a 64-bit memory: refused when it is deployed.
(module
  (memory (export "memory") i64 1)
  (func (export "_start")))
