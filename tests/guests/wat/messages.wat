;; A handler of messages that returns what it was sent: the two bytes of its result are the first two of the message. After a message of three bytes post-return
;; traps; that of one byte gives a pointer out of bounds.
(component
  (core module $main
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (global $length (mut i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $next (i32.add (global.get $next) (local.get 3)))
      (i32.sub (global.get $next) (local.get 3)))
    (func (export "handle") (param $pointer i32) (param $length i32) (result i32)
      (global.set $length (local.get $length))
      (if (i32.eq (local.get $length) (i32.const 1)) (then (return (i32.const 0xffff))))
      (local.get $pointer))
    (func (export "post") (param i32)
      (if (i32.eq (global.get $length) (i32.const 3)) (then unreachable))))
  (core instance $main (instantiate $main))
  (type $error (enum "success" "error"))
  (type $handle (func (param "message" (list u8)) (result (result (error $error)))))
  (func $handle (type $handle) (canon lift (core func $main "handle")
    (memory $main "memory") (realloc (func $main "realloc")) (post-return (func $main "post"))))
  (instance $handler
    (export "handle-message" (func $handle)))
  (export "fermyon:spin/inbound-redis" (instance $handler)))
