'use client';
import { useEffect } from 'react';
export default function Ready() {
  useEffect(() => { document.documentElement.dataset.ready = '1'; }, []);
}
