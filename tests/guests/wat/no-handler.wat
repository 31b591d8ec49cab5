;; A component that is no handler of any kind: it exports one function of its own.
(component
  (core module $m
    (func (export "answer") (result i32)
      (i32.const 42)))
  (core instance $i (instantiate $m))
  (func $answer (result u32)
    (canon lift (core func $i "answer")))
  (export "answer" (func $answer)))
