// @ts-nocheck: three's own types are not installed.
import * as THREE from 'three';
import { palette } from '../synthetic';
import { finisher, floatColors, type MakeSide } from './side';

export const make: MakeSide = (container, data) => {
  const canvas = document.createElement('canvas');
  container.append(canvas);
  const colors = [0, 3].map((shift) => floatColors(data, palette(), 3, shift));
  let renderer, scene, camera, points, geometry;
  let forth = 0;
  const draw = () => renderer.render(scene, camera);
  const put = (name, array) => {
    geometry.attributes[name].array.set(array);
    geometry.attributes[name].needsUpdate = true;
    draw();
  };
  return {
    show() {
      renderer = new THREE.WebGLRenderer({ canvas, antialias: false });
      renderer.setClearColor(0xffffff);
      renderer.setSize(1280, 800, false);
      scene = new THREE.Scene();
      camera = new THREE.PerspectiveCamera(34, 1280 / 800, 0.1, 20);
      camera.position.set(0, 0, 4.5);
      geometry = new THREE.BufferGeometry();
      geometry.setAttribute('position', new THREE.BufferAttribute(data.now.coordinates.slice(), 3));
      geometry.setAttribute('color', new THREE.BufferAttribute(colors[0].slice(), 3));
      const unit = (data.size / 800) * 2 * 4.5 * Math.tan((17 * Math.PI) / 180);
      const material = new THREE.PointsMaterial({ size: unit, vertexColors: true });
      points = new THREE.Points(geometry, material);
      points.frustumCulled = false;
      scene.add(points);
      draw();
    },
    turn(step) {
      points.rotation.y += step * 0.004;
      draw();
    },
    recolor: () => put('color', colors[++forth % 2]),
    move: () => put('position', [data.now, data.next][++forth % 2].coordinates),
    pick(x, y) {
      const ray = new THREE.Raycaster();
      ray.params.Points.threshold = 0.01;
      ray.setFromCamera(new THREE.Vector2((2 * x) / 1280 - 1, 1 - (2 * y) / 800), camera);
      return ray.intersectObject(points)[0]?.index ?? -1;
    },
    complete: () => true,
    finish: finisher(() => canvas),
  };
};
