;; A WAGI handler that imports a function which isn't WASI's: refused when it is deployed, by the import's name.
(module
  (import "env" "missing" (func $missing (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $missing (i32.const 1)))))
